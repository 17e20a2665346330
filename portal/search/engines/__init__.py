"""The engines that store and search the index, behind one interface."""
