/** A function that does nothing. It shows the base cost of any function under this runtime. */
export const handler = awslambda.streamifyResponse(async (_event, stream) => {
  const answer = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: {}, cookies: [] });
  answer.write('nothing');
  answer.end();
});
