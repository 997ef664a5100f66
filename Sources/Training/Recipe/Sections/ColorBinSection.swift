import Models

extension Recipe {
  /// How a network that chooses colours from bins learns.
  public struct ColorBinLearning: Sendable, Equatable {
    /// How much more rare colours count than common ones: 0 for all alike, 1 for as much as they are rarer.
    public var rebalancing = 0.7
    /// The weight of the guess's loss; that of the bins' is 1.
    public var guessWeight = 4.0

    public init() {}
  }

  public var colorBins: ColorBinLearning {
    get { self[.colorBins] }
    set { self[.colorBins] = newValue }
  }
}

extension RecipeSection<Recipe.ColorBinLearning> {
  public static var colorBins: Self { Self("colorBins", Recipe.ColorBinLearning(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.ColorBinLearning {
  public static var rebalancing: Self { Self(.number("rebalancing", \.rebalancing, 0..<2)) }
  public static var guessWeight: Self { Self(.weight("guessWeight", \.guessWeight)) }
}
