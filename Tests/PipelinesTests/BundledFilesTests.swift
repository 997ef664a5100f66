import Foundation
import Pipelines
import Testing

@Suite struct BundledFilesTests {
  @Test func theProjectsOwnAreFoundByName() throws {
    let recipes = BundledFiles.recipes.all.map(BundledFiles.name)
    #expect(recipes.contains("horse2zebra") && recipes == recipes.sorted())
    #expect(BundledFiles.models.all.map(BundledFiles.name).contains("photo-to-monet"))
    #expect(try BundledFiles.recipes.url(of: "horse2zebra").lastPathComponent == "horse2zebra.yaml")
    #expect(try BundledFiles.models.url(of: "colorize.safetensors").lastPathComponent == "colorize.safetensors")
  }

  @Test func whatIsNoNameIsAPath() throws {
    #expect(try BundledFiles.recipes.url(of: "my/own").relativePath == "my/own")
    #expect(try BundledFiles.models.url(of: "x4.pth").relativePath == "x4.pth")
    // A folder may be a run's, but is no recipe.
    #expect(try BundledFiles.models.url(of: "Sources").relativePath == "Sources")
    #expect(throws: BundledFileError.self) { try BundledFiles.recipes.url(of: "Sources") }
  }

  @Test func itIsToldWhatEachBundledModelIsFor() {
    let purposes = BundledFiles.models.all.map(BundledModel.purpose)
    #expect(!purposes.isEmpty)
    for purpose in purposes {
      #expect(["colorize: ", "translate: ", "upscale: "].contains { purpose.hasPrefix($0) }, "\(purpose)")
    }
  }
}
