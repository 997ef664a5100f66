/// A function of one value that is made of an exponential.
package enum ExponentialFunction {
  case sigmoid
  /// x sigmoid(x).
  case sigmoidRectification
  /// x tanh(log(1 + exp(x))).
  case mish
  /// The share of the standard normal distribution below x.
  case normalShare
  /// That times x.
  case normalRectification
}
