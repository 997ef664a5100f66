import CImageCodecs

/// The decoders that libheif finds, some of which are packages of their own.
public enum HEIFDecoders {
  public static var readsHEIC: Bool { guise_has_hevc_decoder() != 0 }
  public static var readsAVIF: Bool { guise_has_av1_decoder() != 0 }
}
