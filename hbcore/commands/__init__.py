"""The shell's commands, one file a topic, each with an `app` that `hbcore.cli` mounts."""
