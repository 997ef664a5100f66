import Layers
import Tensors

extension DAT {
  /// Attention within rectangular windows, whose biases are a small network's of the distances.
  public struct PlacedWindows {
    public let entry: Linear
    /// Layers after a norm and a rectifier each.
    public let steps: [Step]
    private let heads: Int, window: Size, shift: Size
    private let places: RelativePlaces

    public struct Step {
      public let norm: LayerNorm
      public let linear: Linear
    }

    init(_ configuration: Configuration, heads: Int, isStanding: Bool, isShifted: Bool) {
      let inner = Self.innerWidth(of: configuration)
      entry = Linear(2, inner)
      steps = [inner, inner, heads].map { Step(norm: LayerNorm(inner), linear: Linear(inner, $0)) }
      self.heads = heads
      window = Self.window(of: configuration, isStanding: isStanding)
      shift = isShifted ? Size(height: window.height / 2, width: window.width / 2) : Size(0)
      places = RelativePlaces(window: window)
    }

    static func window(of configuration: Configuration, isStanding: Bool) -> Size {
      let (height, width) = (configuration.windowHeight, configuration.windowWidth)
      return isStanding ? Size(height: width, width: height) : Size(height: height, width: width)
    }

    static func innerWidth(of configuration: Configuration) -> Int { configuration.width / 2 / 4 / 4 }

    /// - Parameters:
    ///   - projected: queries, keys and values, `[N, H, W, 3 width]`.
    ///   - half: which half of each to look at.
    func callAsFunction(_ projected: Tensor, half: Int) -> Tensor {
      let width = projected.shape[3] / 3
      let windows = WindowedImage.shifted(
        size: window, of: Size(height: projected.shape[1], width: projected.shape[2]), by: shift)
      let first = half * width / 2
      let attention = WindowAttention(
        heads: heads, headChannels: width / 2 / heads, queries: AttentionChannels(first: first),
        keys: AttentionChannels(first: width + first), values: AttentionChannels(first: 2 * width + first),
        queryWindows: windows, keyWindows: windows)
      return attention([projected], bias: places.biases(of: biases))
    }

    /// `[distances, heads]`.
    private var biases: Tensor {
      steps.reduce(entry(Tensor(RelativePlaces.distances(within: window)))) { x, step in
        step.linear(step.norm(x).rectified())
      }
    }
  }
}
