import Foundation
import Server
import TestSupport
import Testing

extension Serving {
  /// Zip archives of sizes that no test computes: their bytes are left out, as holes of a file.
  @Suite struct ZipTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func entry(_ name: String, _ size: Int) -> ZipWriter.Entry {
      ZipWriter.Entry(name: name, file: URL(filePath: name), size: size, changed: Date(timeIntervalSince1970: 1e9))
    }

    /// Writes an archive of zeros, and returns what Python says about it.
    private func python(_ script: String, of entries: [ZipWriter.Entry]) throws -> String {
      let file = try folder.add("large.zip", Data())
      let handle = try FileHandle(forWritingTo: file)
      var zip = ZipWriter()
      for entry in entries {
        // The checksum of one zero; of more, Python does not ask here.
        try handle.write(contentsOf: zip.header(of: entry, checksum: 0xd202_ef8d))
        try handle.seek(toOffset: handle.offset() + UInt64(entry.size))
      }
      try handle.write(contentsOf: zip.directory())
      #expect(try Int(handle.offset()) == ZipWriter.size(of: entries))
      try handle.close()
      let output = Pipe()
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["python3", "-c", "import zipfile; z = zipfile.ZipFile('\(file.path)'); \(script)"]
      process.standardOutput = output
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }

    @Test func entriesOfFourGibibytesAndWhatFollowsThem() throws {
      let entries = [entry("a", 1), entry("large", 5 << 30), entry("edge", 0xffff_ffff), entry("far/ö", 1)]
      let text = try python(
        "print([(i.filename, i.file_size) for i in z.infolist()], z.read('a'), z.read('far/ö'))", of: entries)
      #expect(
        text
          == "[('a', 1), ('large', 5368709120), ('edge', 4294967295), ('far/ö', 1)] b'\\x00' b'\\x00'\n")
    }

    @Test func moreEntriesThanSixteenBitsCount() throws {
      let entries = (0..<65_536).map { entry("\($0)", 1) }
      #expect(try python("print(len(z.infolist()), z.read('65535'))", of: entries) == "65536 b'\\x00'\n")
    }
  }
}
