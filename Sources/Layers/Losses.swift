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
