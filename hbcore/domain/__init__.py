"""The rules in plain words: values in, values out."""
