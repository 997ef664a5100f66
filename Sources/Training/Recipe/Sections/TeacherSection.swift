import Checkpoints
import Foundation
import Models

extension Recipe {
  /// A trained network whose answers super-resolution learns to give (distillation).
  public struct Teacher: Sendable, Equatable {
    /// A model file of the generator's scale; without one there is no teacher.
    public var file = ""
    /// The folder of images that the teacher is asked about, relative to the working directory; `data.root` if empty.
    /// They are only questions, so that photographs will do that are not sharp enough to be targets.
    public var root = ""
    /// The share of samples whose targets are the teacher's answers. Those of the others are the photographs.
    public var share = 0.8
    /// The number of different crops that the teacher is asked about, again and again.
    public var answers = 10_000
    /// The side of these crops in pixels of the large image; what the network sees is cut from them.
    public var cropSize = 256
    /// The folder that keeps answers for later runs, relative to the working directory. If empty, they are worked out
    /// anew wherever they do not fit into memory.
    public var cache = ""

    public init() {}
  }

  public var teacher: Teacher {
    get { self[.teacher] }
    set { self[.teacher] = newValue }
  }

  static var teacherKeys: [RecipeKey] {
    RecipeSection.teacher.keys(
      .path("file", \.file), .path("root", \.root), .init(.probability("share", \.share)),
      .init(.integer("answers", \.answers, 1...10_000_000)), .init(.integer("cropSize", \.cropSize, 16...8192)),
      .path("cache", \.cache))
  }

  /// Checks that the teacher's crops fit the generator's.
  func checkTeacher(scale: Int) throws(RecipeProblem) {
    guard !teacher.file.isEmpty else { return }
    guard teacher.cropSize >= data.cropSize, teacher.cropSize % scale == 0 else {
      throw RecipeProblem(
        "teacher.cropSize",
        "teacher.cropSize is \(teacher.cropSize), expected a multiple of generator.scale, which is \(scale), and at "
          + "least data.cropSize, which is \(data.cropSize)")
    }
  }

  /// The teacher's network; nil without one.
  ///
  /// Throws `RecipeProblem` if there is no such file, `CheckpointError` if it does not hold an upscaler for the generator's images.
  func makeTeacher(scale: Int) throws -> (any UpscalingNetwork)? {
    guard !teacher.file.isEmpty else { return nil }
    let model = try ModelFile(contentsOf: modelFile(teacher.file, of: "teacher.file"))
    let network = try model.upscaler()
    guard network.scale == scale, network.inputChannels == 3, network.outputChannels == 3,
      (teacher.cropSize / scale).isMultiple(of: network.sizeMultiple)
    else {
      throw CheckpointError(
        file: model.file.url.relativePath,
        problem: "is a \(model.description.network.summary), expected a teacher at the generator's scale, \(scale), "
          + "for crops of \(teacher.cropSize / scale) pixels a side in RGB")
    }
    return network
  }
}

extension RecipeSection<Recipe.Teacher> {
  public static var teacher: Self { Self("teacher", Recipe.Teacher(), mayChange: true) }
}
