// Iteration
