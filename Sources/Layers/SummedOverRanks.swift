import Collectives
import Tensors

extension Tensor {
  /// The sum over ranks, each of which calls this with a tensor of the same shape.
  ///
  /// Gradients are those of the sum of all ranks' results: what every rank makes of the sum comes back to each.
  public func summed(over ranks: any Collective) -> Tensor {
    ranks.isAlone ? self : SummedOverRanks(ranks: ranks)(self)
  }

  /// Each channel's mean and biased variance over all other axes and over ranks, both `[C]`, and the number of values of a
  /// channel. Every rank has as many.
  func channelMoments(over ranks: any Collective) -> (mean: Tensor, variance: Tensor, count: Int) {
    let rows = shape.count / shape[-1]
    let share = 1 / Float(rows * ranks.count)
    func channelMean(_ tensor: Tensor) -> Tensor {
      (tensor.reshaped(to: [rows, shape[-1]]).sum(axes: [0]) * share).summed(over: ranks)
    }
    let mean = channelMean(self)
    return (mean, channelMean((self - mean).squared()), rows * ranks.count)
  }
}

private struct SummedOverRanks: TensorOperation {
  let ranks: any Collective

  var name: String { "Sum over ranks" }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(ranks.sum(inputs[0].scalars), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] { [gradient.summed(over: ranks)] }
}
