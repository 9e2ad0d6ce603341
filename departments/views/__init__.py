"""Pages and answers of collection beside the plain admin lists: tasks, entry, review, queue, board."""
