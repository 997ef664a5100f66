import Foundation
import Images
import Server
import TestSupport
import Testing

extension Serving {
  /// What is refused, with its status and its words.
  @Suite struct RefusalTests {
    @Test func namesThatAreNoFiles() throws {
      let server = try RunningServer()
      for (name, words) in [
        ("", "has no name"), ("../a.png", "no .."), ("a/../../b.png", "no .."), ("/etc/passwd", "absolute path"),
        ("a//b.png", "no file's"), ("a\u{0}b.png", "control characters"), ("a\nb.png", "control characters"),
        (String(repeating: "ä", count: 200) + ".png", "too long"),
        (String(repeating: "abc/", count: 1100) + "d", "at most 4096"),
      ] {
        let answer = try server.client.upload(photograph(), name: name)
        #expect(
          answer.status == 400 && answer.error.contains(words), "\(name.prefix(20)): \(answer.status) \(answer.text)")
      }
      try server.expectNoFiles()
    }

    @Test func namesOfAnyScriptAreTaken() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      for name in [
        "写真 ☕️.png", "a\\b.png", "%2e%2e%2f.png", "con.png", "-rf.png", "'\"<img>.png", "noextension", "Ω̃/é.PNG",
      ] {
        let answer = try server.client.upload(photograph(), name: name, ["model": model])
        #expect(answer.status == 201 && answer.json["name"] as? String == name, "\(name): \(answer.text)")
        let job = try server.end(of: try #require(answer.json["id"] as? String))
        #expect(job["state"] as? String == "done", "\(job)")
        #expect(try server.client.get("/v1/jobs/\(job["id"] ?? "")/result?download=1").status == 200)
      }
    }

    /// A photograph that is a page or a script as well.
    @Test func namesDoNotMakeImagesPages() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      for name in ["a.html", "a.js", "a.svg"] {
        let job = try server.client.upload(photograph(), name: name, ["model": model]).json
        let image = try #require((job["image"] as? [String: Any])?["id"] as? String)
        #expect(try server.client.get("/v1/images/\(image)").headers["content-type"] == "application/octet-stream")
      }
    }

    @Test func whatIsNoImage() throws {
      let server = try RunningServer { options in
        options.limits.uploadBytes = 100_000
        options.limits.pixels = 10_000
      }
      func refusal(_ data: Data, _ name: String) throws -> (Int, String) {
        let answer = try server.client.upload(data, name: name)
        return (answer.status, answer.error)
      }
      let text = try refusal(Data("hello, this is no image".utf8), "a.png")
      #expect(text.0 == 415 && text.1.hasPrefix("a.png is not an image of a known kind"), "\(text)")
      let gif = try refusal(Data("GIF89a\u{1}\u{0}\u{1}\u{0}".utf8), "a.gif")
      #expect(gif.0 == 415 && gif.1.contains("GIF"), "\(gif)")
      let empty = try refusal(Data(), "a.png")
      #expect(empty.0 == 400 && empty.1.contains("no body"), "\(empty)")
      let large = try refusal(Data(repeating: 1, count: 100_001), "a.png")
      #expect(large.0 == 413 && large.1.contains("at most 100000 bytes"), "\(large)")
      let pixels = try refusal(photograph(101, 100), "a.png")
      #expect(pixels.0 == 413 && pixels.1.contains("101x100 pixels"), "\(pixels)")
      try server.expectNoFiles()
    }

    /// A few bytes that claim to be an image of 60000 pixels a side.
    @Test func aBombIsKnownByItsHeader() throws {
      let server = try RunningServer()
      var bomb = try photograph(8, 8)
      bomb.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
      let answer = try server.client.upload(bomb, name: "bomb.png")
      #expect([413, 415].contains(answer.status), "\(answer.status) \(answer.text)")
      try server.expectNoFiles()
    }

    @Test func settingsThatAModelDoesNotHave() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      for (settings, words) in [
        (["scale": "65"], "expected a number from 1 to 64"), (["scale": "x"], "expected a number"),
        (["vivid": "1"], "'vivid' is no setting of small-4"),
        (["format": "gif"], "expected same, png, jpg, webp, tiff"),
        (["quality": "0"], "from 1 to 100"), (["device": "vulkan:99"], "expected auto, cpu"),
        (["precision": "int8"], "expected float32"), (["wrap": "maybe"], "expected no, yes"),
      ] {
        let answer = try server.client.upload(photograph(), name: "a.png", settings.merging(["model": model]) { $1 })
        #expect(answer.status == 422 && answer.error.contains(words), "\(settings): \(answer.text)")
      }
      let unknown = try server.client.upload(photograph(), name: "a.png", ["model": "nothing"])
      #expect(unknown.status == 404 && unknown.error.contains("no model 'nothing'"))
    }

    @Test func addressesThatLeadNowhere() throws {
      let server = try RunningServer()
      for (method, path, status) in [
        ("GET", "/v1/nothing", 404), ("GET", "/../../etc/passwd", 404), ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET", "/v1/jobs/../../../etc/passwd", 404), ("GET", "/v1/jobs/%2fetc%2fpasswd/result", 404),
        ("PUT", "/v1/jobs", 405),
        ("GET", "/v1/jobs?limit=0", 400), ("GET", "/v1/jobs?state=lost", 400), ("GET", "/v1/runs/..%2f..", 404),
        ("GET", "/v1/models/..%2f..%2fetc%2fpasswd/picture", 404), ("GET", "/v1/recipes/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/%zz", 400), ("GET", "/v1/results.zip", 404),
      ] {
        let answer = try server.client.send(method, path)
        #expect(answer.status == status && !answer.error.isEmpty, "\(method) \(path): \(answer.status) \(answer.text)")
      }
      let answer = try server.client.send("POST", "/v1/jobs", body: Data("{\"model\": 3}".utf8))
      #expect(answer.status == 400 && answer.error.contains("model is of another type"))
    }

    @Test func modelsThatAreNone() throws {
      let server = try RunningServer { $0.limits.modelBytes = 1_000_000 }
      for (name, data, status) in [
        ("a.pth", Data("no model".utf8), 415), ("a.exe", Data([1]), 400), ("../a.pth", Data([1]), 400),
        ("a.safetensors", Data(repeating: 0xff, count: 64), 415), ("a.pth", Data(count: 1_000_001), 413),
      ] {
        let answer = try server.client.send("POST", "/v1/models?name=\(PlainClient.coded(name))", body: data)
        #expect(answer.status == status && !answer.error.isEmpty, "\(name): \(answer.status) \(answer.text)")
        #expect(!answer.error.contains("/uploads/"), "\(answer.error)")
      }
      // A model that makes images of noise, of which no job could be made, is not kept either.
      let noise = URL(filePath: #filePath)
        .appending(path: "../../CheckpointsTests/Golden/Synthesis/stylegan2-adain.safetensors").standardized
      for _ in 0..<2 {
        let answer = try server.client.send("POST", "/v1/models?name=noise.pth", body: Data(contentsOf: noise))
        #expect(answer.status == 415 && answer.error.contains("of the task generation"), "\(answer.text)")
      }
      try server.expectNoFiles()
      let id = try server.addUpscaler()
      let twice = try server.client.send(
        "POST", "/v1/models?name=small-4.safetensors",
        body: RunningServer.upscaler(in: server.folder, width: 4, blocks: 1).data)
      #expect(twice.status == 409 && twice.error.contains("delete it first"))
      #expect(try server.client.send("DELETE", "/v1/models/upscale-photo").status == 409)
      #expect(try server.client.send("DELETE", "/v1/models/\(id)").status == 204)
      try server.expectNoFiles()
    }

    @Test func limitsOfJobsAndOfTheDisk() throws {
      let server = try RunningServer { $0.limits.jobs = 2 }
      let model = try server.addUpscaler()
      for _ in 0..<2 { #expect(try server.client.upload(photograph(), name: "a.png", ["model": model]).status == 201) }
      let third = try server.client.upload(photograph(), name: "a.png", ["model": model])
      #expect(third.status == 429 && third.error.contains("2 is the most") && third.headers["retry-after"] != nil)

      let full = try RunningServer { $0.limits.diskBytes = 100 }
      let answer = try full.client.upload(photograph(), name: "a.png")
      #expect(answer.status == 507 && answer.error.contains("no room"))
      try full.expectNoFiles()
    }

    @Test func otherHostsAndOtherPages() throws {
      let server = try RunningServer()
      for host in ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "10.0.0.1"] {
        let answer = try server.client.get("/v1/server", headers: ["Host": host])
        #expect(answer.status == 421 && answer.error.contains("this server is not"), "\(host): \(answer.text)")
      }
      #expect(try server.client.get("/v1/server", headers: ["Host": ""]).status == 400)
      for host in ["localhost", "localhost:1234", "[::1]:7860", "127.0.0.1"] {
        #expect(try server.client.get("/v1/server", headers: ["Host": host]).status == 200)
      }
      let own = "http://127.0.0.1:\(server.client.port)"
      for (headers, status) in [
        (["Origin": "http://evil.example"], 403), (["Origin": "null"], 403), (["Origin": "http://127.0.0.1:1"], 403),
        (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403), (["Origin": own], 200),
        (["Sec-Fetch-Site": "same-origin", "Origin": own], 200),
      ] {
        #expect(try server.client.send("POST", "/v1/queue/pause", headers: headers).status == status, "\(headers)")
      }
      #expect(try server.client.get("/v1/jobs", headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
      let link = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"]
      #expect(try server.client.get("/", headers: link).status == 200)
      #expect(try server.client.get("/v1/jobs", headers: link).status == 403)
    }

    @Test func tokensSeparateTheirClients() throws {
      let (host, guest) = ("the host's token", "a guest's token")
      let server = try RunningServer { $0.tokens = [host, guest] }
      let anyone = PlainClient(port: server.client.port)
      let other = PlainClient(port: server.client.port, headers: ["Authorization": "Bearer \(guest)"])
      // The page itself asks for the token.
      #expect(try anyone.get("/").status == 200)
      #expect(try anyone.get("/v1/server").status == 401)
      #expect(try anyone.get("/v1/jobs").error.contains("a token is needed"))
      #expect(try anyone.get("/v1/jobs", headers: ["Authorization": "Bearer wrong"]).status == 401)

      let model = try server.addUpscaler()
      let job = try server.client.upload(photograph(), name: "a.png", ["model": model]).json
      let id = try #require(job["id"] as? String)
      let image = try #require((job["image"] as? [String: Any])?["id"] as? String)
      _ = try server.end(of: id)
      for path in [
        "jobs/\(id)", "jobs/\(id)/result", "jobs/\(id)/preview", "images/\(image)", "images/\(image)/preview",
      ] {
        #expect(try other.get("/v1/\(path)").status == 404, "\(path)")
        #expect(try server.client.get("/v1/\(path)").status == 200, "\(path)")
      }
      for path in ["jobs/\(id)/cancel", "jobs/\(id)/retry"] {
        #expect(try other.send("POST", "/v1/\(path)").status == 404)
      }
      #expect(try other.send("DELETE", "/v1/jobs/\(id)").status == 404)
      #expect(try other.post("/v1/jobs", ["images": [image], "model": "upscale-x4"]).status == 404)
      #expect(try other.get("/v1/jobs").json["total"] as? Int == 0)
      #expect(try other.get("/v1/results.zip?jobs=\(id)").status == 404)
      #expect(try !other.get("/v1/models").text.contains(model))
      #expect(try other.upload(photograph(), name: "a.png", ["model": model]).status == 404)
      #expect(try other.get("/v1/runs").status == 403)
      #expect(try other.get("/v1/server").json["isHost"] as? Bool == false)

      // One client's pause does not let the others wait.
      #expect(try other.send("POST", "/v1/queue/pause").json["isPaused"] as? Bool == true)
      #expect(try server.client.get("/v1/queue").json["isPaused"] as? Bool == false)
      let next = try server.client.upload(photograph(), name: "b.png", ["model": model])
      #expect(try server.end(of: next.json["id"] as? String ?? "")["state"] as? String == "done")

      let login = try anyone.get("/login?token=\(PlainClient.coded(guest))")
      let cookie = try #require(login.headers["set-cookie"])
      #expect(login.status == 303 && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      let value = String(cookie.prefix { $0 != ";" })
      #expect(try anyone.get("/v1/server", headers: ["Cookie": value]).json["isHost"] as? Bool == false)
      #expect(try anyone.get("/login?token=wrong").status == 403)
    }

    @Test func otherAddressesNeedAToken() throws {
      #expect(throws: ServerError.openWithoutToken(host: "0.0.0.0")) { try RunningServer { $0.host = "0.0.0.0" } }
      #expect(throws: ServerError.self) { try RunningServer { $0.tokens = ["short"] } }
      let server = try RunningServer()
      let port = server.client.port
      #expect(throws: ServerError.portTaken(host: "127.0.0.1", port: port)) { try RunningServer { $0.port = port } }
    }

    @Test func answersKeepTheirPageToItself() throws {
      let server = try RunningServer()
      let page = try server.client.get("/")
      #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
      let policy = try #require(page.headers["content-security-policy"])
      #expect(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"))
      #expect(page.headers["x-content-type-options"] == "nosniff")
      let tag = try #require(page.headers["etag"])
      #expect(try server.client.get("/", headers: ["If-None-Match": tag]).status == 304)
      #expect(try server.client.get("/v1/openapi.yaml").text.hasPrefix("openapi: 3.1.0"))
      #expect(try server.client.send("HEAD", "/").status == 200)
    }
  }
}
