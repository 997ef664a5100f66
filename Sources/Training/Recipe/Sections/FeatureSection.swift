import Models

extension Recipe {
  /// What an adversarial phase compares images by besides pixels.
  public struct Features: Sendable, Equatable {
    /// A PyTorch file of torchvision's VGG19; if empty, the discriminator's own features are compared.
    public var file = ""
    /// The layers of VGG19 whose features are compared.
    public var layers = Layers.vgg54
    public var loss = PixelLoss.l1

    public enum Layers: String, Sendable, CaseIterable {
      /// The last convolution, as in SRGAN and ESRGAN.
      case vgg54
      /// Real-ESRGAN's five layers, from fine to coarse.
      case realESRGAN

      var configuration: VGG19Features.Configuration {
        switch self {
        case .vgg54: VGG19Features.Configuration()
        case .realESRGAN: .realESRGAN
        }
      }
    }

    public init() {}
  }

  public var features: Features {
    get { self[.features] }
    set { self[.features] = newValue }
  }
}

extension RecipeSection<Recipe.Features> {
  public static var features: Self { Self("features", Recipe.Features()) }
}

extension RecipeSection.Key where Value == Recipe.Features {
  public static var loss: Self { Self(.choice("loss", \.loss)) }
  public static var file: Self { path("file", \.file) }
  public static var layers: Self { Self(.choice("layers", \.layers)) }
}
