"""The kinds of server, one file each: all that differs from one to the other stands there, as one `Profile`."""
