import Datasets
import Foundation
import Images
import TestSupport
import Testing

struct ImageFolderTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  fileprivate func link(_ path: String, to target: String) throws {
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
    #expect(images.unreadable.map(\.path) == [folder.url.relativePath + "/root/broken.png"])
    try link("other", to: "root")
    #expect(try ImageFolder(folder.url.appending(path: "other")).count == 3)
  }

  @Test func saysWhatIsMissing() throws {
    let missing = folder.url.appending(path: "none")
    #expect(throws: DatasetError.missingFolder(path: missing.relativePath)) { try ImageFolder(missing) }
    let file = try folder.add("file.txt", Data())
    #expect(throws: DatasetError.missingFolder(path: file.relativePath)) { try ImageFolder(file) }
    #expect(throws: DatasetError.noImages(path: folder.url.relativePath)) { try ImageFolder(folder.url) }
  }
}

extension ImageFolderTests {
  @Test func extensionsOfEveryKindThatIsReadAndJPEGAndPNGUnderOtherNamesAreImages() throws {
    let jpeg = Data([0xff, 0xd8, 0xff, 0xe0]), png = Data([0x89] + Array("PNG\r\n\u{1a}\n".utf8))
    let names = ImageFileKind.all.filter(\.isRead).flatMap(\.extensions).flatMap {
      ["x.\($0)", "Y.\($0.uppercased())"]
    }
    #expect(Set(names).isSuperset(of: ["x.jpg", "x.jfif", "x.jpe", "Y.JPE", "Y.PNG"]))
    for name in names { try folder.add(name, Data("anything".utf8)) }
    let hidden = ["a", "b.dat", "c.psd", "d.raw"]
    for name in hidden { try folder.add(name, name == "a" ? png : jpeg) }
    for name in ["notes.txt", "o.xmp"] { try folder.add(name, jpeg) }
    for name in ["e.psd", "f.raw", "g", "h.foo"] { try folder.add(name, Data("anything".utf8)) }
    let images = try ImageFolder(folder.url)
    #expect(Set(images.relativePaths) == Set(names + hidden))
    #expect(images.leftOut.text == "4 files left out: 1 Photoshop (PSD), 1 camera RAW, 2 of no known kind")
    #expect(images.notices == ["in \(folder.url.relativePath), \(try #require(images.leftOut.text))"])
    #expect((images.leftOut + images.leftOut).text?.hasPrefix("8 files left out: 2 Photoshop") == true)
  }

  @Test func whatIsThereInsteadOfImagesIsSaid() throws {
    try folder.add("a.nef", Data())
    try link("b.png", to: "nowhere")
    let error = #expect(throws: DatasetError.self) { try ImageFolder(folder.url) }
    let text = try #require(error).description
    #expect(
      text.contains("1 file left out: 1 camera RAW") && text.contains("b.png: it is a link to nothing"), "\(text)")
    #expect(try ImageFolder(folder.url, mayBeEmpty: true).unreadable.count == 1)
  }

  @Test func namesThatAreNotUTF8AreToldApart() throws {
    for byte in [0xe8, 0xe9] as [UInt8] {
      let path = Array(folder.url.path.utf8) + Array("/caf".utf8) + [byte] + Array(".png".utf8) + [0]
      let file = try #require(fopen(path.map { CChar(bitPattern: $0) }, "wb"))
      fclose(file)
    }
    let images = try ImageFolder(folder.url, mayBeEmpty: true)
    #expect(images.unreadable.map { ($0.path as NSString).lastPathComponent } == ["caf\\xe8.png", "caf\\xe9.png"])
    #expect(images.unreadable.allSatisfy { $0.description.hasSuffix("its name is not UTF-8: give it another") })
  }
}
