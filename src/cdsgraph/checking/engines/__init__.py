"""The engines that check data against shapes: a reference, a faster one, and what the faster one is proved for."""
