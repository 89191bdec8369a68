/** The places of sessions whose owners are gone, and what becomes of them. */
import { rmdirSync } from 'node:fs';
import { collector } from '../collector/index.js';
import { writeFacts, type Facts } from './facts.js';
import type { Unread } from './journals.js';
import { journalHome, listJournals, listPlaces, spareHome, takeOver, type OwnPlace, type Place } from './place.js';
import { removePlace, removeUnnamed } from './remove-place.js';

/** The places whose locks are now ours, by session. A session of which one place is still held is left alone. */
export function abandoned(root: string): Map<string, OwnPlace[]> {
  const { binding } = collector();
  const bySession = new Map<string, OwnPlace[]>();
  const alive = new Set<string>();
  for (const place of placesOf(root)) {
    const mine = takeOver(binding, place);
    if (mine === undefined) alive.add(place.session);
    else bySession.set(place.session, [...(bySession.get(place.session) ?? []), mine]);
  }
  for (const session of alive) {
    release(bySession.get(session) ?? []);
    bySession.delete(session);
  }
  for (const home of homesOf(root)) removeUnnamed(binding, home);
  removeIfEmpty(spareHome(root));
  return bySession;
}

/** Whether there may be something to recover. */
export function hasPlaces(root: string): boolean {
  return placesOf(root).length > 0;
}

function placesOf(root: string): Place[] {
  return homesOf(root).flatMap(listPlaces);
}

function homesOf(root: string): string[] {
  return [journalHome(root), spareHome(root)];
}

/** For whoever delivers the rest. Facts that can't be written name more than is left to do: what is there already counts once. */
export function keep(places: readonly OwnPlace[], facts: Facts): void {
  writeFacts(places, facts);
  release(places);
}

export function isWritten({ folder }: Place): boolean {
  return listJournals(folder).some((path) => collector().binding.journalIsOpen(path));
}

export function release(places: readonly OwnPlace[]): void {
  for (const place of places) collector().binding.unlock(place.lock);
}

/** @param unread journals that stay, for a later run */
export function remove(places: readonly OwnPlace[], unread: readonly Unread[] = []): void {
  const kept = unread.map(({ path }) => path);
  for (const place of places) removePlace(collector().binding, place, kept);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not there, or not empty.
  }
}
