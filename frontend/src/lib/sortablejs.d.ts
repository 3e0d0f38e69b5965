// The part of SortableJS that is used here; the package brings no types.
declare module "sortablejs" {
  interface Move {
    item: HTMLElement;
    to: HTMLElement;
    from: HTMLElement;
    oldIndex?: number;
    newIndex?: number;
    related: HTMLElement;
  }
  interface Options {
    group?: string;
    direction?: "vertical";
    draggable?: string;
    handle?: string;
    filter?: string;
    animation?: number;
    delay?: number;
    delayOnTouchOnly?: boolean;
    touchStartThreshold?: number;
    forceFallback?: boolean;
    scrollSensitivity?: number;
    scrollSpeed?: number;
    ghostClass?: string;
    dragClass?: string;
    onStart?(move: Move): void;
    onEnd?(move: Move): void;
    onMove?(move: Move): boolean;
  }
  export default class Sortable {
    static create(element: HTMLElement, options: Options): Sortable;
  }
}
