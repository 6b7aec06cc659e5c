"""The public pages `/apply` and `/apply/status`: plain HTML in eight languages, without a websocket (model part 9)."""
