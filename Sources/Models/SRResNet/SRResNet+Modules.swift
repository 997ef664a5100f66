import Tensors

extension SRResNet {
  /// A generator's modules in the order of a file, from which its parts are told whatever their names.
  ///
  /// The order is: a convolution from an image's channels, its rectifier; pairs of convolutions that keep the channels, one
  /// pair for each block, with norms and a rectifier; one more after the blocks; convolutions before pixel shuffles; a
  /// convolution to an image's channels.
  struct Modules {
    /// A convolution and what follows it before the next one.
    struct Step {
      let name: String
      let input: Int, output: Int, kernel: Int
      let hasBias: Bool
      var norm: (name: String, kind: Parts.NormKind, channels: Int)?
      var rectifier: (name: String, slopes: Int)?
    }

    let first: Step, last: Step
    let blocks: [(first: Step, second: Step)]
    let trunk: Step
    let upsampling: [Step]
    let factors: [Int]

    /// Nil if the tensors are not in that order.
    init?(_ tensors: TensorShapes) {
      guard let steps = Self.steps(tensors), steps.count >= 5, let first = steps.first, let last = steps.last else {
        return nil
      }
      let (width, images) = (first.output, 1...4)
      let kept = steps.dropFirst().prefix { $0.input == width && $0.output == width && $0.kernel == 3 }
      let others = steps.dropFirst(1 + kept.count).dropLast()
      guard images.contains(first.input), images.contains(last.output), width > first.input, width > last.output,
        last.input == width,
        first.kernel == last.kernel, first.kernel % 2 == 1, first.norm == nil, last.norm == nil, last.rectifier == nil,
        kept.count >= 3, kept.count % 2 == 1, let trunk = kept.last, others.count <= RecognitionLimits.upsamplings
      else { return nil }
      var factors: [Int] = []
      for step in others {
        let shuffle = RecognitionLimits.shuffle(of: step.output, toChannels: [width])
        guard step.input == width, step.kernel == 3, let shuffle, shuffle.factor > 1,
          step.norm == nil || step.norm?.channels == step.output
        else { return nil }
        factors.append(shuffle.factor)
      }
      let pairs = Array(kept.dropLast())
      self.first = first
      self.last = last
      self.trunk = trunk
      self.factors = factors
      upsampling = Array(others)
      blocks = stride(from: 0, to: pairs.count, by: 2).map { (pairs[$0], pairs[$0 + 1]) }
      // The second rectifier of a block would follow its sum.
      guard blocks.allSatisfy({ $0.second.rectifier == nil }) else { return nil }
    }

    /// Nil if a tensor is part of no convolution, norm or rectifier.
    private static func steps(_ tensors: TensorShapes) -> [Step]? {
      var steps: [Step] = []
      var seen: Set<String> = []
      for name in tensors.namesInOrder {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let module = String(name[..<dot])
        guard seen.insert(module).inserted else { continue }
        guard let weight = tensors["\(module).weight"] else { return nil }
        let hasBias = tensors["\(module).bias"] != nil
        if weight.rank == 4 {
          guard weight[2] == weight[3], weight.count > 0 else { return nil }
          steps.append(
            Step(name: module, input: weight[1], output: weight[0], kernel: weight[2], hasBias: hasBias))
        } else if weight.rank == 1, var step = steps.popLast() {
          if hasBias {
            let kind = tensors["\(module).running_mean"] == nil ? Parts.NormKind.affineInstance : .batch
            guard step.norm == nil, step.rectifier == nil else { return nil }
            step.norm = (module, kind, weight[0])
          } else {
            guard step.rectifier == nil else { return nil }
            step.rectifier = (module, weight[0])
          }
          steps.append(step)
        } else {
          return nil
        }
      }
      return steps
    }

    /// The factor by which the whole network enlarges; nil for a combination of steps that this network does not have.
    var scale: Int? {
      if factors == [3] { return 3 }
      return factors.allSatisfy { $0 == 2 } ? 1 << factors.count : nil
    }
  }
}
