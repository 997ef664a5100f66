import Datasets
import Foundation
import Layers
import Models
import Tensors

/// Images of classes to train a classifier on, and others to measure it on: the data set's own, or a part that is held back.
struct ClassifierData: Sendable {
  let training: LabelledImages
  private let measured: LabelledDataset
  /// Whether the data set has no part of its own to measure on.
  private let isHeldBack: Bool
  private let recipe: Recipe
  /// Of the images, 1 or 3.
  let channels: Int

  /// How many images are measured at once.
  private static let measuredAtOnce = 256
  private static let previewCount = 64

  /// Throws `DatasetError`, or `RecipeProblem` for images that are not of several classes.
  init(_ recipe: Recipe) throws {
    let sets = try LabelledSets(URL(filePath: recipe.data.root))
    guard sets.training.classes.count > 1 else {
      throw RecipeProblem(
        "data.root",
        "data.root is \(recipe.data.root), whose images are not of several classes: expected a subfolder for each class, or "
          + "labels beside a file of images")
    }
    let (training, heldOut) =
      sets.heldOut.map { (sets.training, $0) } ?? sets.training.split(heldBack: recipe.data.heldBack)
    isHeldBack = sets.heldOut == nil
    channels = sets.training.areGray ? 1 : 3
    self.training = training
    self.recipe = recipe
    measured = try LabelledDataset(
      heldOut, augmentation: recipe.data.wholeImages, channels: channels, seed: recipe.seed)
  }

  var classes: [String] { training.classes }
  var counts: [(name: String, count: Int)] {
    [("training", training.count), (isHeldBack ? "held back" : "held out", measured.images.count)]
  }
  var notices: [String] { training.notices + (isHeldBack ? [] : measured.images.notices) }
  func newNotices() -> [String] { training.newNotices() + (isHeldBack ? [] : measured.images.newNotices()) }

  /// Batches of some of the training images, as the recipe says.
  func batches(of images: LabelledImages) throws -> LabelledDataset {
    try LabelledDataset(
      images, augmentation: recipe.data.augmentation, channels: channels, batchSize: recipe.batch, seed: recipe.seed)
  }

  /// As many of each class as `data.labelled` says.
  ///
  /// Throws `RecipeProblem` for a class that has fewer.
  func labelled() throws(RecipeProblem) -> LabelledImages {
    let wanted = recipe.data.labelled
    for (label, name) in classes.enumerated() {
      let count = training.labels.count { $0 == label }
      guard count >= wanted else {
        throw RecipeProblem(
          "data.labelled", "data.labelled is \(wanted), but the class \(name) has \(count) images to train on")
      }
    }
    return training.chosen(wanted, seed: recipe.seed)
  }

  /// The first of the images that are measured on.
  func previews() throws -> LabelledSample { try measured.images(0..<Self.previewCount) }

  /// Accuracy in percent, and cross-entropy.
  func scores(of classifier: any ClassifierNetwork) throws -> [TrainingValidation.Score] {
    var (right, loss, count) = (0, 0.0, 0)
    for start in stride(from: 0, to: measured.images.count, by: Self.measuredAtOnce) {
      let batch = try measured.images(start..<start + Self.measuredAtOnce)
      guard let classes = batch.classes else { continue }
      let logits = withoutGradients { classifier(Tensor(batch.images)) }
      let size = batch.images.shape[0]
      right += zip(logits.value.largestPlaces, classes.largestPlaces).count { $0 == $1 }
      loss +=
        Double(withoutGradients { crossEntropy(logits: logits, targets: Tensor(classes)) }.value.scalars[0])
        * Double(size)
      count += size
    }
    return [
      TrainingValidation.Score(.accuracy, 100 * Double(right) / Double(count)),
      TrainingValidation.Score(.crossEntropy, loss / Double(count)),
    ]
  }
}
