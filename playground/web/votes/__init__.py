"""The votes' page and the requests about pairs."""
