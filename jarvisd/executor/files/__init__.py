"""Work on files: names and workspaces, effects that can be taken back, the trash, archives, views of programs."""
