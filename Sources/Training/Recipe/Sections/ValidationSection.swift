import Models

extension Recipe {
  /// How unpaired translation is measured on the test folders while it trains.
  public struct Validation: Sendable, Equatable {
    /// A file of InceptionV3, VGG16, VGG19 or EfficientNet-Lite0, whose features KID compares; if empty, translations
    /// are judged by their patches and colours.
    public var features = ""
    /// The most images of each folder that are translated, or compared with.
    public var images = 64

    public init() {}
  }

  public var validation: Validation {
    get { self[.validation] }
    set { self[.validation] = newValue }
  }

  static var validationKeys: [RecipeKey] {
    RecipeSection.validation.keys(.path("features", \.features), .init(.integer("images", \.images, 2...100_000)))
  }
}

extension RecipeSection<Recipe.Validation> {
  public static var validation: Self { Self("validation", Recipe.Validation(), mayChange: true) }
}
