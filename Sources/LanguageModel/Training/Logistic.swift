import Foundation

/// σ(x) = 1 / (1 + e⁻ˣ).
func sigmoid(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

/// log(1 + eˣ) without overflow; −log σ(x) = softplus(−x).
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
