"""Files that leave the desk."""
