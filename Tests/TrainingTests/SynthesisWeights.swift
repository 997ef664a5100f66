import Models
import Tensors
import TestSupport
import Testing
import Training

/// PyTorch's weights and data for training a generator: those of generators are stored as files of theirs name them, those of
/// discriminators by Guise's paths, and spectral norm's directions as u0 and sv0.
enum SynthesisWeights {
  static func set(_ task: Generation, from golden: GoldenFile) throws {
    let (generator, initial) = (task.makers[0], golden.arrays(under: "initial.generator/"))
    let parameters = Dictionary(uniqueKeysWithValues: generator.namedParameters.map { ($0.name, $0.parameter) })
    let statistics = Dictionary(uniqueKeysWithValues: generator.namedStatistics.map { ($0.name, $0.statistic) })
    for key in NetworkDescription(of: generator).tensorKeys {
      let value = try #require(initial[key.key], "\(key.key)")
      let own = key.layout.axesFromFile.map { Tensor(value).transposed($0).value } ?? value
      parameters[key.path]?.value = own
      statistics[key.path]?.value = own
    }
    let judged = golden.arrays(under: "initial.discriminator/")
    for (path, parameter) in task.discriminator.namedParameters {
      let value = Tensor(try #require(judged[path.replacing(".spectral", with: "")], "\(path)"))
      parameter.value =
        switch value.shape.rank {
        case 4: value.transposed([2, 3, 1, 0]).value
        case 2: value.transposed([1, 0]).value
        default: value.value
        }
    }
    for (path, statistic) in task.discriminator.namedStatistics {
      let name = path.replacing("spectral.direction", with: "u0").replacing("spectral.largest", with: "sv0")
      statistic.value = try #require(judged[name], "\(path)")
    }
  }

  /// What a step takes of an array whose first axis is that of the steps.
  static func part(_ step: Int, of name: String, _ golden: GoldenFile) throws -> NDArray {
    let all = Tensor(try #require(golden.arrays[name]))
    return all.sliced(axis: 0, range: step..<step + 1).reshaped(to: Shape(Array(all.shape.dimensions.dropFirst())))
      .value
  }
}
