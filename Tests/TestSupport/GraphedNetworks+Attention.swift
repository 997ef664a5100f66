import Models

extension GraphedNetworks {
  static let attentive: [Listed] =
    [
      (
        "deoldify-deep",
        {
          made(DeOldify.self) {
            ($0.encoder, $0.width, $0.encoderDepths, $0.decoder) = (.basic, 4, [1, 2, 1, 1], .deep)
            $0.decoderWidths = [8, 8, 8, 8]
          }
        }
      ),
      (
        "deoldify-wide",
        {
          made(DeOldify.self) {
            ($0.width, $0.encoderDepths, $0.decoderWidths) = (2, [1, 1, 2, 1], [8, 8, 8, 8])
          }
        }
      ),
      (
        "ddcolor",
        {
          made(DDColor.self) {
            ($0.width, $0.encoderDepths, $0.decoderWidth, $0.queries) = (4, [1, 2, 1, 1], 8, 5)
            ($0.queryWidth, $0.layers, $0.hidden) = (16, 4, 12)
          }
        }
      ),
      (
        "swinir",
        { made(SwinIR.self) { ($0.width, $0.depths, $0.heads, $0.hidden, $0.window) = (8, [3, 1], [2, 4], 12, 4) } }
      ),
      (
        "swinir-restoring",
        {
          made(SwinIR.self) {
            ($0.width, $0.depths, $0.heads, $0.hidden, $0.window) = (8, [2], [2], 12, 7)
            ($0.upsampling, $0.scale, $0.connection) = (.none, 1, .bottleneck)
          }
        }
      ),
      (
        "swinir-nearest",
        {
          made(SwinIR.self) {
            ($0.width, $0.depths, $0.heads, $0.hidden, $0.window) = (8, [1], [2], 12, 5)
            ($0.upsampling, $0.normalizesFirst, $0.upsamplingWidth) = (.nearest, false, 8)
          }
        }
      ),
      (
        "hat",
        {
          made(HAT.self) {
            ($0.width, $0.depths, $0.heads, $0.hidden, $0.window) = (8, [2, 1], [2, 4], 12, 4)
            ($0.overlap, $0.compressed, $0.squeezed, $0.scale) = (6, 4, 2, 3)
          }
        }
      ),
      (
        "dat",
        {
          made(DAT.self) {
            ($0.width, $0.depths, $0.heads, $0.hidden) = (32, [4, 1], [4, 2], 16)
            ($0.windowHeight, $0.windowWidth, $0.scale) = (2, 4, 2)
          }
        }
      ),
      (
        "dat-square",
        {
          made(DAT.self) {
            ($0.width, $0.depths, $0.heads, $0.hidden, $0.upsampling) = (32, [1, 1], [2, 2], 16, .direct)
            ($0.windowHeight, $0.windowWidth, $0.connection) = (4, 4, .bottleneck)
          }
        }
      ),
      (
        "srformer",
        {
          made(SRFormer.self) {
            ($0.width, $0.depths, $0.heads, $0.hidden, $0.window) = (8, [2, 2], [2, 4], 12, 6)
            $0.upsampling = .direct
          }
        }
      ),
      ("omnisr", { made(OmniSR.self) { ($0.width, $0.groups, $0.blocks, $0.window) = (16, 1, 2, 4) } }),
      (
        "omnisr-bare",
        {
          made(OmniSR.self) {
            ($0.width, $0.groups, $0.window, $0.hasBias, $0.hasPositions, $0.scale) = (16, 1, 8, false, false, 2)
          }
        }
      ),
    ]
}
