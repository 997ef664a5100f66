import Foundation
import Images
import Pipelines
import TestSupport
import Testing

extension Serving {
  /// Jobs from their upload to their result.
  @Suite struct JobTests {
    @Test func aResultHasTheBytesOfTheLibrarysOwn() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      let photo = try photograph()
      let answer = try server.client.upload(photo, name: "trip/Öl 1.png", ["model": model])
      #expect(answer.status == 201, "\(answer.text)")
      let id = try #require(answer.json["id"] as? String)
      let job = try server.end(of: id)
      #expect(job["state"] as? String == "done", "\(job)")
      let result = try #require(job["result"] as? [String: Any])
      #expect(result["name"] as? String == "trip/Öl 1-x2.png")
      #expect(result["width"] as? Int == 48 && result["height"] as? Int == 32)

      let folder = server.folder
      let input = try folder.add("own/photo.png", photo)
      let output = folder.url.appending(path: "own/result.png")
      let (name, file) = try RunningServer.upscaler(in: folder, width: 4, blocks: 1)
      let upscaler = try Upscaler(modelAt: try folder.add("own/\(name)", file))
      try ImageBatch().run(
        OutputPlan(inputs: [input], output: output), identity: upscaler.identity, report: { _ in },
        compute: { image, result in try upscaler.upscale(image, into: result) })
      let own = try Data(contentsOf: output)
      let given = try server.client.get("/v1/jobs/\(id)/result?download=1")
      #expect(given.body == own)
      #expect(given.headers["content-type"] == "image/png")
      #expect(given.headers["content-disposition"]?.contains("filename*=UTF-8''%C3%96l%201-x2.png") == true)
      #expect(try server.client.get("/v1/images/\((job["image"] as? [String: Any])?["id"] ?? "")").body == photo)
    }

    @Test func settingsDecideAboutTheResult() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      let settings = ["model": model, "scale": "1", "format": "jpg", "quality": "50"]
      let id = try #require(try server.client.upload(photograph(), name: "a.png", settings).json["id"] as? String)
      let job = try server.end(of: id)
      let result = try #require(job["result"] as? [String: Any])
      #expect(result["name"] as? String == "a-x1.jpg" && result["width"] as? Int == 24)
      #expect(try server.client.get("/v1/jobs/\(id)/result").body.starts(with: [0xff, 0xd8]))
    }

    @Test func orientationsAndWrappingChangeWhatIsMade() throws {
      let server = try RunningServer()
      // A small network of random weights makes too little of a change to see.
      let models = try #require(try server.client.get("/v1/models").json["models"] as? [[String: Any]])
      let trained = models.first { $0["task"] as? String == "upscale" && $0["source"] as? String == "bundled" }
      let model = try #require(trained?["id"] as? String)
      let choices = [[:], ["ensemble": "yes"], ["wrap": "yes"], ["ensemble": "no", "wrap": "no"]]
      let results = try choices.map { settings in
        let answer = try server.client.upload(photograph(), name: "a.png", settings.merging(["model": model]) { $1 })
        let id = try #require(answer.json["id"] as? String, "\(answer.text)")
        _ = try server.end(of: id)
        return try server.client.get("/v1/jobs/\(id)/result").body
      }
      #expect(results[3] == results[0])
      #expect(Set(results).count == 3)
    }

    @Test func bundledModelsHavePurposesThatFitAPage() throws {
      let server = try RunningServer()
      let models = try #require(try server.client.get("/v1/models").json["models"] as? [[String: Any]])
      let purposes = models.compactMap { $0["purpose"] as? String }
      #expect(purposes.contains { $0.hasPrefix("colorize: ") })
      #expect(!purposes.contains { $0.contains("named") || $0.contains("guise") || $0.contains("--") })
    }

    @Test func filesWithTwoGeneratorsHaveTheirDirectionAsASetting() throws {
      let server = try RunningServer()
      let file = URL(filePath: #filePath).appending(path: "../../CheckpointsTests/Golden/Variants/two-generators.pth")
      let answer = try server.client.send("POST", "/v1/models?name=two.pth", body: Data(contentsOf: file.standardized))
      #expect(answer.status == 201, "\(answer.text)")
      let model = try #require(answer.json["id"] as? String)
      var results: [Data] = []
      for settings in [[:], ["direction": "AtoB"], ["direction": "BtoA"]] {
        let photo = try photograph(32, 32)
        let answer = try server.client.upload(photo, name: "a.png", settings.merging(["model": model]) { $1 })
        let id = try #require(answer.json["id"] as? String, "\(answer.text)")
        let job = try server.end(of: id)
        #expect(job["state"] as? String == "done", "\(job)")
        results.append(try server.client.get("/v1/jobs/\(id)/result").body)
      }
      #expect(results[0] == results[1] && results[0] != results[2])
      let wrong = try server.client.upload(photograph(), name: "a.png", ["model": model, "direction": "AtoC"])
      #expect(wrong.status == 422 && wrong.error.contains("expected AtoB, BtoA"), "\(wrong.text)")
    }

    @Test func previewsArePNGOfTheAskedSize() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      let id = try #require(
        try server.client.upload(photograph(), name: "a.png", ["model": model, "format": "tiff"]).json["id"] as? String)
      let job = try server.end(of: id)
      let image = try #require((job["image"] as? [String: Any])?["id"] as? String)
      func size(_ path: String) throws -> [Int] {
        let answer = try server.client.get(path)
        #expect(answer.status == 200 && answer.headers["content-type"] == "image/png", "\(answer.text)")
        let image = try Image(encoded: answer.body, path: "preview")
        return [image.width, image.height]
      }
      #expect(try size("/v1/jobs/\(id)/preview?side=24") == [24, 16])
      #expect(try size("/v1/jobs/\(id)/preview") == [48, 32])
      #expect(try size("/v1/images/\(image)/preview?side=400") == [24, 16])
    }

    @Test func oneImageMayHaveSeveralModelsAndLivesAsLongAsItsJobs() throws {
      let server = try RunningServer()
      let models = [try server.addUpscaler(), try server.addUpscaler(width: 6)]
      let first = try server.client.upload(photograph(), name: "a.png", ["model": models[0]]).json
      let image = try #require((first["image"] as? [String: Any])?["id"] as? String)
      let second = try server.client.post(
        "/v1/jobs", ["images": [image], "model": models[1], "settings": ["scale": 1]])
      #expect(second.status == 201, "\(second.text)")
      let jobs = try #require(try server.client.get("/v1/jobs?image=\(image)").json["jobs"] as? [[String: Any]])
      let ids = jobs.compactMap { $0["id"] as? String }
      #expect(ids.count == 2)
      for id in ids { _ = try server.end(of: id) }
      #expect(try server.client.send("DELETE", "/v1/jobs/\(ids[0])").status == 204)
      #expect(try server.client.get("/v1/images/\(image)").status == 200)
      #expect(try server.client.send("DELETE", "/v1/jobs/\(ids[1])").status == 204)
      #expect(try server.client.get("/v1/images/\(image)").status == 404)
      #expect(server.files.filter { !$0.hasPrefix("models/") } == [])
    }

    @Test func aDamagedImageFailsInWordsThatNameIt() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      // The header is whole, and the pixels are not there.
      let cut = try photograph(64, 64).prefix(900)
      let id = try #require(try server.client.upload(cut, name: "broken.png", ["model": model]).json["id"] as? String)
      let job = try server.end(of: id)
      #expect(job["state"] as? String == "failed")
      let error = try #require(job["error"] as? String)
      #expect(error.hasPrefix("broken.png is damaged") && !error.contains(server.state.path), "\(error)")
      let again = try server.client.send("POST", "/v1/jobs/\(id)/retry")
      #expect(again.status == 200, "\(again.text)")
      #expect(try server.end(of: id)["state"] as? String == "failed")
    }

    @Test func aPausedQueueComputesNothingUntilItGoesOn() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      #expect(try server.client.send("POST", "/v1/queue/pause").json["isPaused"] as? Bool == true)
      let id = try #require(
        try server.client.upload(photograph(), name: "a.png", ["model": model]).json["id"] as? String)
      Thread.sleep(forTimeInterval: 0.3)
      let job = try server.client.get("/v1/jobs/\(id)").json
      #expect(job["state"] as? String == "waiting" && job["place"] as? Int == 1)
      #expect(try server.client.send("POST", "/v1/queue/resume").status == 200)
      #expect(try server.end(of: id)["state"] as? String == "done")
    }

    @Test func pagesOfAThousandJobsAreSmall() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      _ = try server.client.send("POST", "/v1/queue/pause")
      let image = try #require(
        (try server.client.upload(photograph(), name: "a.png", ["model": model]).json["image"] as? [String: Any])?["id"]
          as? String)
      let images = Array(repeating: image, count: 999)
      #expect(try server.client.post("/v1/jobs", ["images": images, "model": model]).status == 201)
      let page = try server.client.get("/v1/jobs?offset=10&limit=20")
      #expect(page.json["total"] as? Int == 1000 && page.body.count < 20_000)
      let numbers = (page.json["jobs"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? Int }
      #expect(numbers == (971...990).reversed())
      #expect(try server.client.get("/v1/queue").json["waiting"] as? Int == 1000)
      #expect(try server.client.send("DELETE", "/v1/jobs?state=waiting").json["deleted"] as? Int == 1000)
      #expect(server.files.filter { !$0.hasPrefix("models/") } == [])
    }
  }
}
