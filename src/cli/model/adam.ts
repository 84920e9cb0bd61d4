/**
 * Adam (Kingma and Ba 2015). Its step does not depend on the scale of the gradient, so that losses of different scale
 * learn at the same speed.
 */
export function adam(parameters: Float32Array, gradient: Float32Array): (rate: number) => void {
  const first = new Float64Array(parameters.length);
  const second = new Float64Array(parameters.length);
  let firstDecay = 1;
  let secondDecay = 1;
  return (rate) => {
    firstDecay *= 0.9;
    secondDecay *= 0.999;
    const scale = (rate * Math.sqrt(1 - secondDecay)) / (1 - firstDecay);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i] as number;
      const m = 0.9 * (first[i] as number) + 0.1 * g;
      const v = 0.999 * (second[i] as number) + 0.001 * g * g;
      first[i] = m;
      second[i] = v;
      parameters[i] = (parameters[i] as number) - (scale * m) / (Math.sqrt(v) + 1e-8 * Math.sqrt(1 - secondDecay));
    }
  };
}
