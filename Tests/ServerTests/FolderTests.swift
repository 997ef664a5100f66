import Foundation
import Images
import TestSupport
import Testing

extension Serving {
  /// Files of the folder that the server was given, and zip files of results.
  @Suite struct FolderTests {
    private func server() throws -> RunningServer {
      let folder = try TemporaryFolder()
      try folder.add("photos/a.png", photograph(seed: 1))
      try folder.add("photos/trip/b.png", photograph(seed: 2))
      try folder.add("photos/trip/notes.txt", Data("notes".utf8))
      try folder.add("secret.png", photograph(seed: 3))
      let photos = folder.url.appending(path: "photos")
      let links = FileManager.default
      try links.createSymbolicLink(
        at: photos.appending(path: "out.png"), withDestinationURL: folder.url.appending(path: "secret.png"))
      try links.createSymbolicLink(at: photos.appending(path: "root"), withDestinationURL: URL(filePath: "/"))
      try links.createSymbolicLink(
        at: photos.appending(path: "in.png"), withDestinationURL: photos.appending(path: "a.png"))
      try links.createSymbolicLink(
        at: photos.appending(path: "null.png"), withDestinationURL: URL(filePath: "/dev/zero"))
      mkfifo(photos.appending(path: "pipe.png").path, 0o600)
      return try RunningServer(folder) { $0.folder = photos }
    }

    @Test func imagesAreListedAndUsedWhereTheyLie() throws {
      let server = try server()
      let model = try server.addUpscaler()
      let list = try server.client.get("/v1/files")
      let names = (list.json["entries"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
      #expect(names == ["trip", "a.png", "in.png", "pipe.png"])
      #expect(try server.client.get("/v1/files/preview?path=trip/b.png&side=16").status == 200)
      let answer = try server.client.post("/v1/jobs", ["files": ["a.png", "trip"], "model": model])
      #expect(answer.status == 201, "\(answer.text)")
      let jobs = answer.json["jobs"] as? [[String: Any]] ?? []
      #expect(jobs.compactMap { $0["name"] as? String } == ["a.png", "trip/b.png"])
      for job in jobs { #expect(try server.end(of: job["id"] as? String ?? "")["state"] as? String == "done") }

      let ids = jobs.compactMap { $0["id"] as? String }
      try server.folder.add("results.zip", server.client.get("/v1/results.zip").body)
      try unzip("results.zip", into: "unzipped", in: server.folder)
      let out = server.folder.url.appending(path: "unzipped")
      for (id, name) in zip2(ids, ["a-x2.png", "trip/b-x2.png"]) {
        #expect(try Data(contentsOf: out.appending(path: name)) == server.client.get("/v1/jobs/\(id)/result").body)
      }
    }

    private func zip2(_ first: [String], _ second: [String]) -> [(String, String)] { Array(Swift.zip(first, second)) }

    @Test func nothingElseIsRead() throws {
      let server = try server()
      for (path, status) in [
        ("../secret.png", 403), ("trip/../../secret.png", 403), ("/etc/passwd", 403), ("out.png", 403),
        ("root/etc/passwd", 403),
        ("null.png", 403), ("pipe.png", 400), ("missing.png", 404), ("a\u{0}.png", 403), ("trip", 400),
        (String(repeating: "a", count: 5000), 404),
      ] {
        let coded = PlainClient.coded(path)
        let preview = try server.client.get("/v1/files/preview?path=\(coded)")
        #expect(
          preview.status == status && !preview.error.isEmpty, "\(path.prefix(20)): \(preview.status) \(preview.text)")
        guard path != "trip" else { continue }
        let job = try server.client.post("/v1/jobs", ["files": [path], "model": "upscale-photo"])
        #expect(job.status == status, "\(path.prefix(20)): \(job.status) \(job.text)")
      }
      #expect(try server.client.get("/v1/files?path=root").status == 403)
      let other = try RunningServer()
      #expect(try other.client.get("/v1/files").status == 404)
    }
  }
}
