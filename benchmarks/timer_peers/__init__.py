"""Other ways to wait for a due time, each as a process that tells how late it was."""
