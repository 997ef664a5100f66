import Datasets
import Foundation
import TestSupport
import Testing

struct ImageFolderTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: path).path, withDestinationPath: folder.url.appending(path: target).path)
  }

  @Test func findsImagesInSubfoldersInTheOrderOfBytes() throws {
    let names = ["b.JPG", "ä ö.jpeg", "a/z.PNG", "B.png", "a/deeper/1.Jpg", "a.png"]
    for name in names + [".hidden.png", ".folder/x.png", "notes.txt", "png"] { try folder.add(name, Data()) }
    let images = try ImageFolder(folder.url)
    #expect(images.relativePaths == ["B.png", "a.png", "a/deeper/1.Jpg", "a/z.PNG", "b.JPG", "ä ö.jpeg"])
    #expect(images.files.map(\.lastPathComponent) == ["B.png", "a.png", "1.Jpg", "z.PNG", "b.JPG", "ä ö.jpeg"])
    #expect(FileManager.default.fileExists(atPath: images[5].path))
  }

  @Test func followsLinksOnce() throws {
    try folder.add("outside/x.png", Data())
    try folder.add("root/real/y.png", Data())
    try link("root/a-link-to-real", to: "root/real")
    try link("root/loop", to: "root")
    try link("root/real/up", to: "root/real")
    try link("root/far", to: "outside")
    try link("root/file.png", to: "outside/x.png")
    try link("root/broken.png", to: "nowhere.png")
    let images = try ImageFolder(folder.url.appending(path: "root"))
    #expect(images.relativePaths == ["far/x.png", "file.png", "real/y.png"])
    #expect(images.brokenPaths == ["broken.png"])
    try link("other", to: "root")
    #expect(try ImageFolder(folder.url.appending(path: "other")).count == 3)
  }

  @Test func saysWhatIsMissing() throws {
    let missing = folder.url.appending(path: "none")
    #expect(throws: DatasetError.missingFolder(path: missing.relativePath)) { try ImageFolder(missing) }
    let file = try folder.add("file", Data())
    #expect(throws: DatasetError.missingFolder(path: file.relativePath)) { try ImageFolder(file) }
    #expect(throws: DatasetError.noImages(path: folder.url.relativePath)) { try ImageFolder(folder.url) }
  }
}
