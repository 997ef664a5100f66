import Models
import Tensors

/// The generators in a file, wherever they lie among other networks and under whatever prefix.
struct GeneratorSearch {
  struct Found {
    /// Up to and with its last dot; empty at the top.
    let prefix: String
    let tensors: NetworkTensors
    let network: RecognizedNetwork

    var name: String { prefix.hasSuffix(".") ? String(prefix.dropLast()) : prefix }
  }

  /// Each is complete. Of weights and their average over training, only the average is among them.
  let found: [Found]
  /// What is told of the whole file where no generator is found.
  let kind: FileKind
  let tensors: NetworkTensors
  /// The weights that were left aside for their average.
  let others: [Found]

  init(_ file: TensorFile) {
    let all = NetworkTensors(file.tensors)
    let usual = all.withoutUsualPrefixes
    if let (tensors, kind) = Self.generator(in: usual), case .generator(let network) = kind {
      (found, others) = ([Found(prefix: "", tensors: tensors, network: network)], [])
      (self.kind, self.tensors) = (kind, tensors)
      return
    }
    let candidates = Self.candidates(in: all)
    let averages = candidates.filter { average in
      GeneratorNames.isAverage(average.prefix)
        && candidates.contains { !GeneratorNames.isAverage($0.prefix) && $0.network.network == average.network.network }
    }
    let raw = candidates.filter { raw in
      !GeneratorNames.isAverage(raw.prefix) && averages.contains { $0.network.network == raw.network.network }
    }
    found = candidates.filter { candidate in !raw.contains { $0.prefix == candidate.prefix } }
    others = raw
    (tensors, kind) = found.isEmpty ? Self.nearest(in: all, usual) : (usual, FileKind(usual.shapes))
  }

  /// More prefixes than files of several networks have, but few enough to look below each.
  private static let mostPrefixes = 4096
  /// More parts of names than frameworks put around a network.
  private static let deepest = 5

  private static func candidates(in all: NetworkTensors) -> [Found] {
    var found: [Found] = []
    for prefix in prefixes(of: all) where !found.contains(where: { prefix.hasPrefix($0.prefix) }) {
      guard let (tensors, kind) = generator(in: all.below(prefix)), case .generator(let network) = kind else {
        continue
      }
      found.append(Found(prefix: prefix, tensors: tensors, network: network))
    }
    // A part of a larger network is not a generator of its own.
    let rest = all.names.filter { name in
      !found.contains { name.hasPrefix($0.prefix) } && !GeneratorNames.isCompanion(name)
    }
    return found.filter { rest.isEmpty || GeneratorNames.isGenerator($0.prefix) }
  }

  /// What the whole file or, failing that, the first of its parts resembles.
  private static func nearest(in all: NetworkTensors, _ usual: NetworkTensors) -> (NetworkTensors, FileKind) {
    for tensors in [usual, usual.folded].compactMap({ $0 }) {
      let kind = FileKind(tensors.shapes)
      if !kind.isUnknown { return (tensors, kind) }
    }
    for prefix in prefixes(of: all) where GeneratorNames.isGenerator(prefix) {
      let part = all.below(prefix)
      let kind = FileKind(part.shapes)
      if case .brokenGenerator = kind { return (part, kind) }
    }
    return (usual, .unknown)
  }

  /// Shorter ones first, otherwise in the file's order.
  private static func prefixes(of all: NetworkTensors) -> [String] {
    var counts: [String: Int] = [:]
    var prefixes: [(prefix: String, depth: Int)] = []
    for name in all.names {
      var prefix = ""
      for (depth, part) in name.split(separator: ".").dropLast().prefix(deepest).enumerated() {
        prefix += "\(part)."
        counts[prefix, default: 0] += 1
        if counts[prefix] == 1, prefixes.count < mostPrefixes { prefixes.append((prefix, depth)) }
      }
    }
    // A generator has at least a few convolutions.
    let large = prefixes.filter { counts[$0.prefix, default: 0] >= 4 }
    return (0..<deepest).flatMap { depth in large.filter { $0.depth == depth }.map(\.prefix) }
  }

  /// A complete generator, of tensors as they are stored or as they are computed from stored parts.
  private static func generator(in tensors: NetworkTensors) -> (NetworkTensors, FileKind)? {
    for candidate in [tensors, tensors.folded].compactMap({ $0 }) {
      let kind = FileKind(candidate.shapes)
      if case .generator = kind { return (candidate, kind) }
    }
    return nil
  }

  /// The one generator, or that of a direction. Throws, saying why, if there is none, or more than one.
  func generator(
    _ direction: ModelDescription.Direction?, in file: TensorFile
  ) throws(MalformedFile) -> Found {
    if found.count == 1 { return found[0] }
    guard !found.isEmpty else { throw problem(of: file) }
    let directions = found.map { GeneratorNames.direction(of: $0.name) }
    let names = zip(found, directions).map { found, direction in
      found.name + (direction.map { " (\($0.rawValue))" } ?? "")
    }
    let listed = SettingText.enumeration(names)
    guard Set(directions).count == found.count, !directions.contains(nil) else {
      throw MalformedFile(
        "holds \(found.count) generators, \(listed), whose names do not tell their directions: save one by itself")
    }
    guard let direction, let index = directions.firstIndex(of: direction) else {
      throw MalformedFile(
        "holds \(found.count) generators, \(listed): choose one by its direction, AtoB or BtoA")
    }
    return found[index]
  }

  /// Where the weights lie, if others lie beside them; nil if they are all that the file holds.
  func selection(of generator: Found, in file: TensorFile) -> String? {
    let wrappers = file.source.wrappers.map { "\($0)." }.joined()
    let place = String((wrappers + generator.prefix).dropLast())
    let left = file.source.others + others.map(\.name) + found.map(\.name).filter { $0 != generator.name }
    guard !left.isEmpty else { return nil }
    return "\(place) (beside \(SettingText.enumeration(left)))"
  }

  private func problem(of file: TensorFile) -> MalformedFile {
    do throws(MalformedFile) {
      _ = try kind.generator(names: file.names, in: tensors.shapes)
      return MalformedFile("holds no generator")
    } catch {
      return MalformedFile(error.problem + (file.source.remark.map { "; \($0)" } ?? ""))
    }
  }
}
