import Tensors

extension ResNetGenerator {
  /// Recognises the files of pytorch-CycleGAN-and-pix2pix, contrastive-unpaired-translation, gan-compression, joliGEN and
  /// pix2pixHD.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    let names = ModuleNames(tensors)
    func shape(_ name: String) -> Shape? { tensors[names.inFile(name)] }
    func convolution(_ name: String, kernel: Int) -> (input: Int, output: Int)? {
      tensors.convolution(names.inFile(name), kernel: kernel)
    }
    guard let stem = convolution("model.1.weight", kernel: 7), shape("model.0.weight") == nil, !isEnhancer(tensors)
    else {
      return nil
    }
    var configuration = Configuration()
    configuration.width = stem.output
    configuration.inputChannels = stem.input
    configuration.norm = tensors.norm(names.inFile("model.2"))
    // A module without weights, the blur, moves those after it. Where a norm has weights, they are a vector.
    func isConvolution(_ module: String) -> Bool { shape("\(module).weight")?.rank == 4 }
    configuration.downsampling = !isConvolution("model.7") && isConvolution("model.8") ? .antialiased : .strided
    // A transposed convolution, which would follow without a residual block, has fewer channels than one more downsampling.
    let interval = configuration.downsampling == .strided ? 3 : 4
    let downsamplings = (0..<mostDownsamplings).prefix { index in
      let found = convolution("model.\(4 + index * interval).weight", kernel: 3)
      return found.map { $0.input == stem.output << index && $0.output == stem.output << (index + 1) } ?? false
    }
    // Fewer are a damaged file of the usual network.
    configuration.halvings = max(2, downsamplings.count)
    let residual = Modules(configuration).residual
    let block = "model.\(residual).conv_block"
    configuration.residual = isConvolution("\(block).1.conv.0") ? .separable : .plain
    let part = configuration.residual == .separable ? ".conv.0" : ""
    configuration.blocks = names.count(in: tensors) { "model.\(residual + $0).conv_block.1\(part).weight" }
    // In gan-compression, the module is always there, with a rate that no file tells.
    configuration.dropout = isConvolution("\(block).6\(part)")
    let upsampling = residual + configuration.blocks
    configuration.upsampling =
      isConvolution("model.\(upsampling)")
      ? .transposed : isConvolution("model.\(upsampling + 1)") ? .antialiased : .resizeConvolution
    let keys = tensorKeys(for: configuration)
    let head = keys.first { $0.path == "head.weight" }
    if let channels = head.flatMap({ convolution($0.key, kernel: 7) }) {
      configuration.outputChannels = channels.output
    }
    return Recognition(
      configuration,
      keys: tensorKeys(for: configuration).map {
        TensorKey(path: $0.path, key: names.inFile($0.key), layout: $0.layout, shape: $0.shape)
      })
  }

  /// More than published networks have, but few enough that sizes do not overflow.
  private static let mostDownsamplings = 8

  /// Whether a file holds pix2pixHD's second generator around the first.
  static func isEnhancer(_ tensors: TensorShapes) -> Bool { tensors["model1_1.1.weight"] != nil }

  /// The modules' names in a file: one list, or joliGEN's two, of which the second begins after the residual blocks.
  ///
  /// The numbers in the list, which count its paddings, tell the network. The list need not have a name, and a block may
  /// call its own list by any.
  private struct ModuleNames {
    /// The second list's first module, in one list; nil where a file has but one.
    private let decoder: Int?
    private let hasNamedList: Bool
    private let block: String

    init(_ tensors: TensorShapes) {
      hasNamedList = tensors["1.weight"] == nil
      let list = hasNamedList ? "model." : ""
      block =
        tensors.namesInOrder.lazy.compactMap { name -> String? in
          guard name.hasPrefix(list), name.hasSuffix(".1.weight") else { return nil }
          let parts = name.dropFirst(list.count).split(separator: ".")
          return parts.count == 4 && Int(parts[0]) != nil ? String(parts[1]) : nil
        }.first ?? "conv_block"
      // joliGEN has no blurs.
      let first = Modules(Configuration()).residual
      decoder =
        tensors["encoder.model.1.weight"] == nil
        ? nil
        : first
          + tensors.count { block in
            let module = "encoder.model.\(first + block).conv_block.1"
            return tensors["\(module).conv.0.weight"] == nil ? "\(module).weight" : "\(module).conv.0.weight"
          }
    }

    /// A name in one list, such as `model.10.conv_block.1.weight`, as the file has it.
    func inFile(_ name: String) -> String {
      var parts = name.split(separator: ".").map { String($0) }
      if parts.count > 2, parts[2] == "conv_block" { parts[2] = block }
      guard let decoder else { return parts.dropFirst(hasNamedList ? 0 : 1).joined(separator: ".") }
      guard parts.count > 1, let module = Int(parts[1]) else { return name }
      parts[1] = "\(module < decoder ? module : module - decoder)"
      return (module < decoder ? "encoder." : "decoder.") + parts.joined(separator: ".")
    }

    func count(in tensors: TensorShapes, _ name: (Int) -> String) -> Int { tensors.count { inFile(name($0)) } }
  }
}
