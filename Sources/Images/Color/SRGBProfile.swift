import Foundation

/// The ICC profile of sRGB, for results that need a profile and have none of their own.
enum SRGBProfile {
  static let data = ICCProfileWriter.profile(
    description: "sRGB",
    [
      // Bradford adaptation from D65, sRGB's white, to D50.
      .init(
        signatures: ["chad"],
        bytes: ICCProfileWriter.adaptation(
          [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168])),
      // These three add up to the white.
      .init(signatures: ["rXYZ"], bytes: ICCProfileWriter.xyz(0x6fa0, 0x38f5, 0x0390)),
      .init(signatures: ["gXYZ"], bytes: ICCProfileWriter.xyz(0x6297, 0xb787, 0x18d9)),
      .init(signatures: ["bXYZ"], bytes: ICCProfileWriter.xyz(0x249f, 0x0f84, 0xb6c4)),
      .init(signatures: ["rTRC", "gTRC", "bTRC"], bytes: ColorEncoding.Transfer.sRGB.curve),
    ])
}
