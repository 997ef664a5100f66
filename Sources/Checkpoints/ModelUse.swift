/// What a model can be used for.
public enum ModelUse: Sendable {
  case translation, upscaling, colorization, generation
}
