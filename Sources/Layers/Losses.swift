import Tensors

/// Mean absolute error, L1.
public func meanAbsoluteError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  (prediction - target).absoluteValue().mean()
}

/// Mean absolute error that is quadratic where the difference is less than `threshold` (Huber 1964; smooth L1 of
/// Girshick 2015), so that the gradient vanishes as the difference does.
public func smoothAbsoluteError(_ prediction: Tensor, _ target: Tensor, threshold: Float) -> Tensor {
  let difference = (prediction - target).absoluteValue()
  let above = (difference - threshold).rectified()
  return ((difference - above).squared() * (0.5 / threshold) + above).mean()
}

/// Mean squared error.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  (prediction - target).squared().mean()
}

/// Mean squared distance from one number, such as a least-squares GAN's label.
public func meanSquaredError(_ prediction: Tensor, _ target: Float) -> Tensor {
  (prediction - target).squared().mean()
}

/// Mean binary cross-entropy of logits against probabilities in 0...1.
public func binaryCrossEntropy(logits: Tensor, targets: Tensor) -> Tensor {
  (logits.softplus() - logits * targets).mean()
}

/// Mean binary cross-entropy of logits against one probability for all.
public func binaryCrossEntropy(logits: Tensor, target: Float) -> Tensor {
  (logits.softplus() - logits * target).mean()
}

/// Cross-entropy of logits `[…, C]` against soft targets, which are probabilities of the same shape: summed over the classes
/// and taken in the mean over all else.
///
/// - Parameter weights: factors that stretch to the logits' shape, such as `[C]` for each class or `[N, H, W, 1]` for each
///   pixel. The mean is over the number of pixels, whatever the weights' sum.
public func crossEntropy(logits: Tensor, targets: Tensor, weights: Tensor? = nil) -> Tensor {
  precondition(logits.shape == targets.shape, "targets of shape \(targets.shape) for logits of shape \(logits.shape)")
  let weighted = weights.map { targets * $0 } ?? targets
  return (logits.logSoftmax() * weighted).sum() * (-Float(logits.shape[-1]) / Float(logits.shape.count))
}
