/** Text that the first events of a stream are likely to repeat: one event of each kind, in each dialect. Zlib prefers what comes last. */
const samples = [
  'data: {"id":"cmpl-","object":"text_completion","created":17,"model":"","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":null}]}\n\n',
  'event: completion\ndata: {"type":"completion","completion":" ","stop_reason":null,"model":""}\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  'event: error\ndata: {"type":"error","error":{"type":"api_error","message":""},"request_id":"req_"}\n\n',
  'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_","type":"message","role":"assistant","model":"claude-","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" the"}}\n\n',
  'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_","output_index":0,"content_index":0,"delta":" the","logprobs":[]}\n\n',
  '\u000b:event-type\u0007\u0000\u0011contentBlockDelta\r:content-type\u0007\u0000\u0010application/json\r:message-type\u0007\u0000\u0005event{"contentBlockIndex":0,"delta":{"text":" the"}}',
  'data: {"error":{"message":"The process that produced this answer has died. Send the request again.","type":"api_error","param":null,"code":"producer_lost"}}\n\n',
  'data: {"error":{"message":"The stored stream can no longer be read here. Read it again from the last position.","type":"api_error","param":null,"code":"streams_unavailable"}}\n\n',
  '{"first":0,"opening":{"status":200,"headers":{"content-type":"text/event-stream; charset=utf-8","cache-control":"no-cache, no-transform","x-accel-buffering":"no","x-sluice-provider":"","x-sluice-model":"","x-sluice-attempts":""},"streamed":true,"failures":{"producer_lost":["data: {\\"error\\":{\\"message\\":\\""],"streams_unavailable":["data: [DONE]\\n\\n"]}},"end":"finished"}',
  'data: [DONE]\n\n',
  'data: {"id":"chatcmpl-","object":"chat.completion.chunk","created":17,"model":"gpt-","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n',
  'data: {"id":"chatcmpl-","object":"chat.completion.chunk","created":17,"model":"gpt-","choices":[{"index":0,"delta":{"content":" the"},"finish_reason":null}]}\n\n',
];

/** Part of the form of a record: a change of it needs a new form. */
export const dictionary = Buffer.from(samples.join(''));
