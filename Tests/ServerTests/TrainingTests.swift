import Foundation
import Images
import TestSupport
import Testing

extension Serving {
  /// Training by forms.
  @Suite struct TrainingTests {
    private func server() throws -> RunningServer {
      let folder = try TemporaryFolder()
      for index in 0..<4 { try folder.add("photos/\(index).png", photograph(64, 64, seed: UInt64(index))) }
      return try RunningServer(folder) { $0.folder = folder.url.appending(path: "photos") }
    }

    /// Settings of recipes for super-resolution that make steps short.
    static func smallRun(steps: Int, data: String) -> [String: String] {
      [
        "data.root": data, "data.cropSize": "32", "data.validation": "",
        "generator.network": "srvgg", "generator.width": "4", "generator.blocks": "1", "batch": "1",
        "pixelPhase.steps": "\(steps)", "adversarialPhase.steps": "0", "output.checkpointEvery": "50",
        "output.sampleEvery": "50", "teacher.file": "", "features.file": "", "generator.initial": "",
      ]
    }

    private func run(_ server: RunningServer, steps: Int, _ more: [String: String] = [:]) -> [String: Any] {
      let settings = Self.smallRun(steps: steps, data: server.folder.url.appending(path: "photos").path)
      return ["name": "small", "recipe": "upscale-x4", "settings": settings.merging(more) { $1 }, "device": "cpu"]
    }

    @Test func formsKnowEveryKey() throws {
      let server = try server()
      let recipes = try #require(try server.client.get("/v1/recipes").json["recipes"] as? [[String: Any]])
      #expect(recipes.count >= 10)
      for recipe in recipes {
        let form = try server.client.get("/v1/recipes/\(recipe["name"] ?? "")").json
        let keys = try #require(form["keys"] as? [[String: Any]])
        #expect(keys.allSatisfy { ($0["meaning"] as? String)?.isEmpty == false })
        let batch = try #require(keys.first { $0["path"] as? String == "batch" })
        #expect(
          batch["kind"] as? String == "integer" && batch["largest"] as? Double == 1024
            && Int(batch["default"] as? String ?? "") != nil)
      }
    }

    @Test func recipesAreRefusedInTheirReadersWords() throws {
      let server = try server()
      for (settings, status, words) in [
        (["batch": "0"], 422, "expected a whole number from 1 to 1024"), (["btch": "1"], 422, "did you mean 'batch'?"),
        (["data.root": "/etc"], 403, "outside of what training may read"),
        (["data.root": ""], 422, "data.root is empty"),
        (["data.root": "photos/../../../../../../../../etc"], 403, "outside"),
      ] {
        let answer = try server.client.post("/v1/recipes/check", run(server, steps: 1, settings))
        #expect(answer.status == status && answer.error.contains(words), "\(settings): \(answer.status) \(answer.text)")
        #expect(try server.client.post("/v1/runs", run(server, steps: 1, settings)).status == status)
      }
      let fine = try server.client.post("/v1/recipes/check", run(server, steps: 1))
      #expect(
        fine.status == 200 && (fine.json["yaml"] as? String)?.contains("task: super-resolution") == true, "\(fine.text)"
      )
    }

    @Test func aRunIsStartedStoppedTriedAndResumed() throws {
      let server = try server()
      let begun = try server.client.post("/v1/runs", run(server, steps: 100_000))
      #expect(begun.status == 201, "\(begun.text)")
      func state() throws -> [String: Any] { try server.client.get("/v1/runs/small").json }
      try waited { (try state()["step"] as? Int ?? 0) > 60 ? true : nil }
      let training = try state()
      #expect(training["state"] as? String == "training" && training["totalSteps"] as? Int == 100_000)
      #expect((training["samples"] as? [String: Any])?["columns"] as? [String] != [])
      #expect(try server.client.post("/v1/runs", run(server, steps: 10)).status == 409)
      #expect(try server.client.send("POST", "/v1/runs/small/stop").status == 200)
      let stopped = try waited { try state()["state"] as? String == "stopped" ? try state() : nil }
      let step = try #require(stopped["step"] as? Int)
      #expect(step < 100_000 && (stopped["checkpoints"] as? [Int])?.last == step)

      let curves = try #require(
        try server.client.get("/v1/runs/small/curves?points=10").json["curves"] as? [[String: Any]])
      #expect((curves.first?["steps"] as? [Int])?.count == 10 && (curves.first?["steps"] as? [Int])?.last == step)
      #expect(try server.client.get("/v1/runs/small/samples/50").body.starts(with: [0x89, 0x50]))
      #expect(try server.client.get("/v1/runs/small/samples/51").status == 404)
      #expect(try !server.client.get("/v1/runs/small/log").text.isEmpty)

      let model = try #require((stopped["models"] as? [String])?.last)
      #expect(model == "run:small:generator:newest")
      let answer = try server.client.upload(photograph(), name: "a.png", ["model": model])
      #expect(answer.status == 201, "\(answer.text)")
      let job = try server.end(of: answer.json["id"] as? String ?? "")
      #expect(job["state"] as? String == "done" && (job["result"] as? [String: Any])?["width"] as? Int == 96, "\(job)")

      #expect(try server.client.send("POST", "/v1/runs/small/resume").status == 200)
      try waited { (try state()["step"] as? Int ?? 0) > step ? true : nil }
      #expect(try server.client.get("/v1/runs").text.contains("\"state\":\"training\""))
      // The server's end saves a checkpoint, too.
      try server.restart()
      let after = try state()
      #expect(after["state"] as? String == "stopped" && (after["checkpoints"] as? [Int])?.last == after["step"] as? Int)
    }

    @Test func aRunThatCannotBeginSaysWhy() throws {
      let server = try server()
      let empty = server.folder.url.appending(path: "photos/empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      let first = try server.client.listen("/v1/events") { $0.contains("event: snapshot") }
      let known = try #require(first.firstMatch(of: /id: (\S+)/)?.1)
      let answer = try server.client.post("/v1/runs", run(server, steps: 1, ["data.root": empty.path]))
      #expect(answer.status == 201)
      let told = try server.client.listen("/v1/events", headers: ["Last-Event-ID": String(known)]) {
        $0.contains("\"state\":\"failed\"")
      }
      #expect(told.contains("empty"), "\(told)")
      // It has no folder, but can be looked at.
      let failed = try server.client.get("/v1/runs/small")
      #expect(failed.json["state"] as? String == "failed" && failed.text.contains("empty"), "\(failed.text)")
      #expect(try server.client.get("/v1/runs/small/curves").json["curves"] as? [String] == [])
      #expect(try server.client.get("/v1/runs").text.contains("\"failed\""))
    }
  }
}
