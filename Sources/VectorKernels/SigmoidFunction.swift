/// A function of one value that is made of the sigmoid.
package enum SigmoidFunction {
  case sigmoid
  /// x sigmoid(x).
  case rectification
}
