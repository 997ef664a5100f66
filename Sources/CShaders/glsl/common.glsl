// What all shaders share.
#extension GL_EXT_control_flow_attributes : require

/// The workgroup's number, where the groups of a dispatch are spread over two axes.
uint groupIndex() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }
