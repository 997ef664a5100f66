import Checkpoints
import Models

extension Recipe {
  /// How many channels images have that a network takes or makes.
  public enum Channels: String, Sendable, CaseIterable {
    /// One if no image of the training folder has colours, otherwise three.
    case auto
    case gray = "1"
    case color = "3"

    /// Without images, `auto` stands for colours.
    var count: Int { self == .gray ? 1 : 3 }

    /// Decides where the recipe leaves it to the images.
    func decided(areGray: Bool) -> Channels { self == .auto ? (areGray ? .gray : .color) : self }
  }

  /// Those of both domains, by the direction in which the generator of this recipe translates first.
  func channels(in direction: ModelDescription.Direction) -> (a: Int, b: Int) {
    let (input, output) = (generator.inputChannels.count, generator.outputChannels.count)
    return direction == .aToB ? (input, output) : (output, input)
  }

  /// Leaves nothing to the images any more.
  mutating func decideChannels(grayA: Bool, grayB: Bool, direction: ModelDescription.Direction) {
    let (input, output) = direction == .aToB ? (grayA, grayB) : (grayB, grayA)
    generator.inputChannels = generator.inputChannels.decided(areGray: input)
    generator.outputChannels = generator.outputChannels.decided(areGray: output)
  }
}
