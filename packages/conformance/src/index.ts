export type { Clause } from './clause.js';
export { driverClauses } from './driver/driver-clauses.js';
export { type OwnedDriver, ownerClauses } from './driver/owner-clauses.js';
export { type DriverSubject, type DriverUnderTest, openDriverSubject } from './driver/subject.js';
