"""The vocabulary that all units share. Pure, standard library only, imports no other part of jarvisd."""
