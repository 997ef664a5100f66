import Models
import Tensors

/// How long this machine takes to run a network, from one measurement on a small image.
final class NetworkSpeed {
  private let network: any TranslationNetwork
  private let precision: Precision
  private lazy var secondsPerPixel = measured()

  /// The side of the measured image: enough work for all threads, and still quick.
  private static let side = 256

  init(_ network: any TranslationNetwork, precision: Precision) {
    self.network = network
    self.precision = precision
  }

  /// The time for an image of that size, computed as a whole or, if a cost is given, in strips.
  func seconds(for size: Size, cost: Double? = nil) -> Double {
    let whole = secondsPerPixel * Double(size.height * size.width)
    guard let cost, let stages = (network as? any StagedNetwork)?.stagesAtTest else { return whole }
    return whole * cost / StripPlan.cost(of: stages, size: size)
  }

  private func measured() -> Double {
    let size = network.extended(Size(Self.side))
    let input = Tensor(NDArray(repeating: 0, shape: [1, size.height, size.width, network.inputChannels]))
    // An unsupported precision is reported when an image is translated.
    func run() { try? withoutGradients(precision: precision) { network(input).value.withHostMemory { _ in } } }
    run()  // the first run also transforms the weights
    let start = ContinuousClock.now
    run()
    return (ContinuousClock.now - start) / .seconds(1) / Double(size.height * size.width)
  }
}
