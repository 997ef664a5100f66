import Foundation
import HTTPTypes
import HummingbirdCore
import Training

/// Training, which is the host's alone.
struct RunRoutes: Sendable {
  let watch: RunWatch
  let host: TrainingHost
  let offload: Offload

  func add(to router: inout Router) {
    on(.get, "/v1/recipes", &router) { _ in Answer.json(["recipes": RecipeForm.all]) }
    on(.get, "/v1/recipes/{recipe}", &router) { Answer.json(try RecipeForm.form($0.parameter("recipe"))) }
    on(.post, "/v1/recipes/check", &router) { [host] in
      Answer.json(["yaml": try host.recipe(try await $0.json(NewRun.self)).yaml])
    }
    on(.get, "/v1/runs", &router) { [watch] _ in Answer.json(["runs": watch.views]) }
    on(.post, "/v1/runs", &router) { [host, watch] exchange in
      let folder = try host.start(try await exchange.json(NewRun.self))
      return Answer.json(watch.view(folder), .created)
    }
    onRun(.get, "", &router) { [watch] _, run in
      var view = watch.view(run)
      view.recipe = try? String(contentsOf: run.recipe, encoding: .utf8)
      return Answer.json(view)
    }
    on(.post, "/v1/runs/{run}/stop", &router) { [host, watch] exchange in
      let name = exchange.parameter("run")
      try host.stop(name)
      return Answer.json(try watch.view(watch.folder(name)))
    }
    onRun(.post, "/resume", &router) { [host, watch] _, run in
      try host.resume(run)
      return Answer.json(watch.view(run))
    }
    onRun(.get, "/curves", &router) { exchange, run in
      let name = exchange.query["of"] ?? Curves.Kind.losses.rawValue
      guard let kind = Curves.Kind(rawValue: name) else {
        let kinds = Curves.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw Refusal.invalid("of is '\(name)', expected \(kinds)")
      }
      let points = try exchange.number("points", 2...5000, default: 400) ?? 400
      return Answer.json(["curves": Curves.all(kind, of: run, points: points)])
    }
    onRun(.get, "/log", &router) { exchange, run in
      let count = try exchange.number("lines", 1...2000, default: 200) ?? 200
      let text = (try? String(contentsOf: run.log, encoding: .utf8)) ?? ""
      return Answer.json(["lines": text.split(separator: "\n").suffix(count).map(String.init)])
    }
    onRun(.get, "/samples/{step}", &router) { exchange, run in
      guard let step = Int(exchange.parameter("step")), run.sampleSteps.contains(step) else {
        throw Refusal.missing("the run has no sample grid of step \(exchange.parameter("step"))")
      }
      return try Answer.file(run.sampleGrid(step: step), type: "image/png", isLasting: false)
    }
  }

  private func on(
    _ method: HTTPRequest.Method, _ path: String, _ router: inout Router, _ handler: @escaping Router.Handler
  ) {
    router.on(method, path) { exchange in
      guard exchange.client.isHost else {
        throw Refusal.forbidden("runs and recipes are the host's: they take the server's first token")
      }
      return try await handler(exchange)
    }
  }

  private func onRun(
    _ method: HTTPRequest.Method, _ path: String, _ router: inout Router,
    _ handler: @escaping @Sendable (Exchange, RunFolder) throws -> Response
  ) {
    on(method, "/v1/runs/{run}\(path)", &router) { [watch, offload] exchange in
      let run = try watch.folder(exchange.parameter("run"))
      return try await offload.run { try handler(exchange, run) }
    }
  }
}
