// Reversal
