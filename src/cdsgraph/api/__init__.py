"""What the commands do, for Python: a dataset to ask, and the steps that make one."""
