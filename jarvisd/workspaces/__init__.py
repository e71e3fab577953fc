"""Mounts the declared folders of users for the units that work in them: the only code that runs as root.

Each workspace is mounted below ``/run/jarvisd/workspaces`` once for the executor and once, read-only, for the
sandbox. The mounts translate ids: on disk everything belongs to the folder's owner, whoever writes (decision 18).
"""
