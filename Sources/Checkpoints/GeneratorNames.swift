import Foundation

/// What the names that frameworks give to networks within a file tell about them.
enum GeneratorNames {
  /// The way that a generator's name or its file's shows: pytorch-CycleGAN-and-pix2pix calls A to B `G_A`, others `A2B`, `AB`
  /// or `AtoB`, and so on.
  static func direction(of name: String) -> ModelDescription.Direction? {
    let ways =
      /(?:^|[._-])(?:net|model)?_?(?:generator|gen|g)_?(a_?(?:2|to)_?b|b_?(?:2|to)_?a|ab|ba|a|b|xy|yx)(?![a-z0-9])/
    return name.lowercased().firstMatch(of: ways).map { ["a", "x"].contains($0.1.prefix(1)) ? .aToB : .bToA }
  }

  /// Whether a prefix's last part is what a generator is usually called.
  static func isGenerator(_ prefix: String) -> Bool {
    guard let last = parts(prefix).last(where: { !wrappers.contains($0) }) else { return true }
    let names =
      /(net|model|network)?_?(g|gen|generator|sr|srgan|srresnet|esrgan)_?(a_?(2|to)_?b|b_?(2|to)_?a|[abxy]{1,2}|ema|avg|model|net|network|state_dict)?/
    return last.wholeMatch(of: names) != nil
  }

  /// Whether a prefix names an average of the weights over training.
  static func isAverage(_ prefix: String) -> Bool {
    parts(prefix).contains { $0.contains("ema") || $0.contains("averaged") || $0.contains("shadow") || $0 == "avg" }
  }

  /// Whether a tensor belongs to what is usually saved beside a generator and is none: discriminators, networks for
  /// losses, optimisers.
  static func isCompanion(_ name: String) -> Bool {
    guard let first = parts(name).first(where: { !wrappers.contains($0) }) else { return false }
    let beginnings = ["d_", "netd", "net_d", "modeld", "model_d", "optim", "opt_", "sched", "lr_", "netf", "net_f"]
    let parts = [
      "disc", "vgg", "lpips", "percep", "criterion", "loss", "extractor", "optimizer", "inception", "metric",
    ]
    return first == "d" || beginnings.contains { first.hasPrefix($0) } || parts.contains { first.contains($0) }
  }

  /// What is put around networks of any kind.
  private static let wrappers: Set = ["module", "_orig_mod", "model", "state_dict", "net", "params", "_forward_module"]

  private static func parts(_ name: String) -> [String] {
    name.lowercased().split(separator: ".").map { String($0) }
  }
}
