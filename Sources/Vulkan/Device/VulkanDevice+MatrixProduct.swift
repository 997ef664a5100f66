import Kernels

extension VulkanDevice {
  /// Smaller matrices do not fill the tiles of matrix units.
  private static let leastSide = 16
  private static let mostMatrices = 65535

  package func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer {
    let (left, right) = (operand(left), operand(right))
    let result = block(geometry.batch * geometry.rows * geometry.columns)
    if case .float16(let saturates) = geometry.precision, let units = opened.matrixUnits,
      min(geometry.rows, geometry.columns, geometry.inner) >= Self.leastSide
    {
      let tile = ProductTile.float16(rows: geometry.rows, columns: geometry.columns, units)
      let largest = (
        left: geometry.leftIsGradient ? largest(left) : nil, right: geometry.rightIsGradient ? largest(right) : nil
      )
      run(
        .matrixProduct16, geometry, [left, right, largest.left ?? left, largest.right ?? right], into: result,
        tileRows: tile.rows, tileColumns: tile.columns,
        constants: tile.constants + [saturates, largest.left != nil, largest.right != nil],
        subgroupThreads: units.subgroupThreads)
    } else {
      run(.matrixProduct, geometry, [left, right], into: result, tileRows: 32, tileColumns: 32)
    }
    return Buffer(result, count: result.count)
  }

  private func run(
    _ shader: Shader, _ geometry: MatrixProductGeometry, _ operands: [VulkanBlock], into result: VulkanBlock,
    tileRows: Int, tileColumns: Int, constants: [any ShaderWord] = [], subgroupThreads: Int? = nil
  ) {
    let (rows, columns, inner) = (geometry.rows, geometry.columns, geometry.inner)
    let columnTiles = (columns + tileColumns - 1) / tileColumns
    let target: Binding = geometry.batch <= Self.mostMatrices ? .writes(result) : .updates(result)
    for first in stride(from: 0, to: geometry.batch, by: Self.mostMatrices) {
      var groups = Groups.covering((rows + tileRows - 1) / tileRows * columnTiles, perGroup: 1)
      groups.z = min(Self.mostMatrices, geometry.batch - first)
      run(
        shader, constants: constants, [target] + operands.map { .reads($0) },
        parameters: [
          geometry.batch, rows, columns, inner, geometry.transposesLeft ? 1 : inner,
          geometry.transposesLeft ? rows : 1, geometry.transposesRight ? 1 : columns,
          geometry.transposesRight ? inner : 1, columnTiles, first,
        ], groups: groups, subgroupThreads: subgroupThreads,
        work: Double(groups.z) * Double(rows) * Double(columns) * Double(inner))
    }
  }
}
