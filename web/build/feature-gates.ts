/** Stands in for Atlaskit's client of a service for feature gates: there is none here, and nothing is sent anywhere. */
export default {
  initializeCompleted: () => true,
  checkGate: () => false,
  getExperimentValue: <T>(_experiment: string, _parameter: string, usual: T) => usual,
};
